import { fileURLToPath } from 'node:url';
import { Product, startListener } from '../support/product.mjs';
import { SessionClient, StatelessClient, StdioProgram } from './clients.mjs';
import { cpuMs, tree } from './processes.mjs';

const UPSTREAM = fileURLToPath(new URL('upstream.mjs', import.meta.url));
const PROXY = fileURLToPath(new URL('byte-proxy.mjs', import.meta.url));

/** The work of an upstream that a gateway has started is not the gateway's. */
const isUpstream = (commandLine) => commandLine.includes(`\0${UPSTREAM}`);

/** All targets by name, and how to stop what they need. */
export async function startTargets() {
  const upstream = await startListener(UPSTREAM);
  const overHttp = await startListener(PROXY, 'http', String(upstream.port));
  const overStdio = await startListener(PROXY, 'stdio', UPSTREAM);
  const program = new StdioProgram(UPSTREAM);
  const product = await Product.start();
  const overStdioRegistration = { transport: 'stdio', command: process.execPath, args: [UPSTREAM, 'stdio'] };
  const gateways = {
    http: await openGateway(product, 'http', { transport: 'streamable-http', url: `${upstream.url}/mcp` }),
    stdio: await openGateway(product, 'stdio', overStdioRegistration),
  };

  const direct = (Client) => ({ client: () => new Client({ url: `${upstream.url}/mcp` }) });
  const proxy = (listener) => ({ pid: listener.pid, client: () => new SessionClient({ url: `${listener.url}/mcp` }) });
  const targets = {
    'direct-http': { ...direct(SessionClient), beside: 'proxy-http' },
    'proxy-http': { ...proxy(overHttp), beside: 'proxy-http' },
    'gateway-http': { ...gateways.http('servers/http', SessionClient), beside: 'proxy-http' },
    'gateway-stateless': { ...gateways.http('servers/http', StatelessClient), beside: 'proxy-http' },
    'gateway-unified': { ...gateways.http('unified', SessionClient, 'http__'), beside: 'proxy-http' },
    'direct-stdio': { client: () => program.client(), beside: 'proxy-stdio' },
    'proxy-stdio': { ...proxy(overStdio), beside: 'proxy-stdio' },
    'gateway-stdio': { ...gateways.stdio('servers/stdio', SessionClient), beside: 'proxy-stdio' },
  };
  const stop = async () => {
    program.stop();
    for (const one of [product, overStdio, overHttp, upstream]) await one.stop();
  };
  return { targets: complete(targets), product, stop };
}

/** A project with this one server; gives a function that makes targets of its endpoints. */
async function openGateway(product, name, registration) {
  const key = await product.openProject(name);
  await product.addServer(name, { name, ...registration });
  return (path, Client, prefix = '') => {
    const url = `${product.url}/projects/${name}/${path}/mcp`;
    return { pid: product.pid, project: name, prefix, client: () => new Client({ url, key }) };
  };
}

function complete(targets) {
  for (const target of Object.values(targets)) {
    target.calls = 0;
    target.prefix ??= '';
    target.cpuMs = () => (target.pid ? cpuMs(tree(target.pid, isUpstream), target.pid) : 0);
  }
  return targets;
}

/** Rows that the call log has of all projects here since `began`. */
export async function recordedCalls(product, targets, began) {
  const projects = new Set(Object.values(targets).flatMap(({ project }) => project ?? []));
  let rows = 0;
  for (const project of projects) {
    const query = `from=${began.toISOString()}`;
    rows += (await product.send('GET', `/api/projects/${project}/tool-call-logs/metrics?${query}`)).total;
  }
  return rows;
}
