const KIB_OF_A_MIB = 1024;
const filling = 'x'.repeat(KIB_OF_A_MIB * 1024);
let lastNonce = 0;

const nonce = () => `nonce-${process.pid}-${++lastNonce}`;

function expectText(result, expected) {
  const text = result.content?.[0]?.text;
  if (result.isError || text !== expected) throw new Error(`A wrong answer: ${JSON.stringify(result).slice(0, 200)}`);
}

/** Counted on the target, whatever comes of it: so many rows the call log must have. */
async function call(client, target, tool, args) {
  target.calls++;
  const { result } = await client.ask('tools/call', { name: target.prefix + tool, arguments: args });
  return result;
}

export async function echo(client, target) {
  const text = nonce();
  expectText(await call(client, target, 'echo', { text }), text);
}

async function list(client) {
  const { result } = await client.ask('tools/list', {});
  if (result.tools?.length !== 100) throw new Error(`A list of ${result.tools?.length} tools instead of 100`);
}

async function mebibyte(client, target) {
  const text = nonce();
  expectText(await call(client, target, 'fill', { text, kib: KIB_OF_A_MIB }), text + filling);
}

/** What clients do and how many at a time; every reply is checked. */
export const scenarios = {
  echo1: { run: echo, clients: 1 },
  echo16: { run: echo, clients: 16 },
  echo64: { run: echo, clients: 64 },
  list16: { run: list, clients: 16 },
  mebibyte4: { run: mebibyte, clients: 4 },
};

/** Open, one call, close. */
export async function visit(target) {
  const client = target.client();
  await client.open();
  await echo(client, target);
  await client.close();
}
