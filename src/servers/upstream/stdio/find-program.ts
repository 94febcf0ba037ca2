import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { UpstreamError } from '../upstream-error.js';

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * The absolute path of what will run, found once as a shell would find it.
 * @throws UpstreamError that names what is missing.
 */
export async function findProgram(command: string, searchPath: string, cwd: string): Promise<string> {
  if (isAbsolute(command) || command.includes('/')) {
    const path = resolve(cwd, command);
    if (await isProgram(path)) return path;
    throw unavailable(`The command ${path} does not exist or is not executable.`);
  }
  for (const folder of searchPath.split(delimiter)) {
    const path = resolve(cwd, join(folder, command));
    if (folder && (await isProgram(path))) return path;
  }
  throw unavailable(`The command "${command}" was not found on PATH. Install it or give its full path.`);
}

/** @throws UpstreamError when the working directory is missing. */
export async function requireFolder(cwd: string): Promise<void> {
  const found = await stat(cwd).catch(() => undefined);
  if (!found?.isDirectory()) throw unavailable(`The working directory ${cwd} does not exist.`);
}

function unavailable(message: string): UpstreamError {
  return new UpstreamError('UPSTREAM_UNAVAILABLE', message);
}
