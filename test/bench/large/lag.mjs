// Loaded into the gateway's process with --import, by the bench alone: how late its event loop is, at LAG_PORT.
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;

if (process.env.LAG_PORT) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const ms = (ns) => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  const server = createServer((_req, res) => {
    res.end(JSON.stringify({ p99: ms(delay.percentile(99)), max: ms(delay.max) }));
    delay.reset();
  });
  server.listen(Number(process.env.LAG_PORT), '127.0.0.1').unref();
}
