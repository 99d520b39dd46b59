/**
 * Jest runs tests in a context with an `Error` of its own. To code in it, the errors of Node's modules are no instances
 * of `Error`, so the SDK wraps them and loses their codes. Outside of Jest there is one `Error`; after this, here too.
 */
export function joinErrorsOfNode(): void {
  const isInstance = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(Error, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      const isError = this === Error && Object.prototype.toString.call(value) === '[object Error]';
      return isError || isInstance.call(this as typeof Error, value);
    },
  });
}
