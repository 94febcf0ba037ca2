import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Runs `work` while no other process does so for this folder. The lock is the name of an abstract Unix socket (Linux):
 * the kernel frees it when its holder ends, however that ends.
 */
export async function alone(folder, work) {
  const { dev, ino } = statSync(folder);
  const server = await bind(`\0mcp-orchestrator-prepare-${dev}-${ino}`);
  try {
    return await work();
  } finally {
    server?.close();
  }
}

async function bind(name) {
  for (;;) {
    const server = createServer((socket) => socket.destroy());
    const error = await new Promise((resolve) => server.once('error', resolve).listen(name, () => resolve(undefined)));
    if (!error) return server;
    if (error.code !== 'EADDRINUSE') return undefined;
    await pause(200);
  }
}
