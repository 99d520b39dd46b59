const NAME = 'TEST_ENGINE_ENDPOINT';

/** The address of this test run's engine. The run starts it once for all workers, which inherit the environment. */
export function engineEndpoint(): string {
  const endpoint = process.env[NAME];
  if (endpoint === undefined)
    throw new Error('No engine was started for this run: start tests by npm test or npx jest.');
  return endpoint;
}

export function announceEngineEndpoint(endpoint: string): void {
  process.env[NAME] = endpoint;
}
