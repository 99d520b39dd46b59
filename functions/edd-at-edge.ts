export { handleEddRequest as handler } from '../lib/http/edd-at-edge.ts';
