import { routes } from '../api/routes.ts';
import { allowedMethods } from '../api/route.ts';

/** The methods that some route has at this path. */
export function listMethods(path: string): string[] {
  const there = routes.filter((route) => matches(route.path, path));
  // `…/licenses/provision` is no license's id, though it stands where one could.
  const literal = there.filter((route) => route.path === path);
  return allowedMethods((literal.length > 0 ? literal : there).map(({ method }) => method));
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith('{') ? given[i] !== '' : part === given[i]))
  );
}
