import { CONSOLE_FILES } from '../api/console.ts';
import { openFiles } from '../http/api-page/assets.ts';

/** The files of the console. The address of each contains a hash of its content. */
export const openConsoleAssets = () => openFiles(CONSOLE_FILES, '/console/assets');
export type ConsoleAssets = ReturnType<typeof openConsoleAssets>;
