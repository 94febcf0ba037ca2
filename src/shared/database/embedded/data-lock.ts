import { mkdir, realpath, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { StartupError } from '../../errors/index.js';

/**
 * Makes this process the only one on the folder until it ends, however it ends. The lock is the name of an abstract
 * Unix socket: the kernel gives it to one process and takes it back with that process's last breath, so there is no
 * file that could be stale.
 * @throws StartupError with exit code 3 when another process holds it.
 */
export async function lockFolder(folder: string): Promise<Server> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { dev, ino } = await stat(folder, { bigint: true });
  const server = createServer((socket) => socket.destroy());
  server.unref();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(`\0mcp-orchestrator-data-${dev}-${ino}`, resolve);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new StartupError(
      `Another MCP Orchestrator uses ${await realpath(folder)}: stop it, or set DATA_DIR to another folder.`,
      3,
    );
  }
  return server;
}
