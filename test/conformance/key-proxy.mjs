import { once } from 'node:events';
import { createServer, request } from 'node:http';

/**
 * The suite cannot send an API key: this listens on loopback and adds one to each request. Everything else, the `Host`
 * included, passes as it is, in both directions; a connection that one side ends is ended on the other.
 */
export async function startKeyProxy(target, key) {
  const { hostname, port } = new URL(target);
  const server = createServer((req, res) => {
    const headers = [...req.rawHeaders, 'Authorization', `Bearer ${key}`];
    const onward = request({ hostname, port, method: req.method, path: req.url, headers, setHost: false });
    onward.on('response', (answer) => {
      res.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders);
      res.flushHeaders();
      answer.pipe(res);
      answer.on('error', () => res.destroy());
    });
    onward.on('error', () => res.destroy());
    res.on('close', () => onward.destroy());
    req.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}
