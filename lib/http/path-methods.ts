import { routes } from '../api/routes.ts';
import { allowedMethods } from '../api/route.ts';

/** The methods that some route has at a path, and whether the given one is among them. */
export function listMethods({ path, method }: { path: string; method: string }): {
  allowed: string[];
  isRoute: boolean;
} {
  const there = routes.filter((route) => matches(route.path, path));
  // `…/licenses/provision` is no license's id, though it stands where one could.
  const literal = there.filter((route) => route.path === path);
  return {
    allowed: allowedMethods((literal.length > 0 ? literal : there).map((route) => route.method)),
    isRoute: there.some((route) => route.method === method),
  };
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith('{') ? given[i] !== '' : part === given[i]))
  );
}
