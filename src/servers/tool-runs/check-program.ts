/**
 * What the thread runs: text, because a thread cannot load TypeScript where the tests run it. Patterns are left for the
 * upstream to check. No faults are told of a schema that cannot be compiled, such as one that refers to the network.
 */
export const CHECK_PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const load = require('node:module').createRequire(workerData);
const addFormats = load('ajv-formats').default;
const [Ajv, Ajv2019, Ajv2020] = ['ajv', 'ajv/dist/2019.js', 'ajv/dist/2020.js'].map((name) => load(name).default);

const anyText = Object.assign(() => ({ test: () => true }), { code: 'anyText' });
const options = { strict: false, allErrors: true, logger: false, code: { regExp: anyText } };
const compiled = new Map();

/* MCP says 2020-12 where the schema says nothing; what most servers write is valid in both. */
function dialectOf({ $schema }) {
  if (/draft-0[67]/.test($schema)) return Ajv;
  return /2019-09/.test($schema) ? Ajv2019 : Ajv2020;
}

function compile(schema) {
  try {
    const ajv = new (dialectOf(schema))(options);
    addFormats(ajv, { mode: 'fast' });
    const validate = ajv.compile(schema);
    return validate.$async ? null : validate;
  } catch {
    return null;
  }
}

function validatorOf(hash, schema) {
  if (compiled.size >= 200) compiled.clear();
  if (!compiled.has(hash)) compiled.set(hash, compile(JSON.parse(schema)));
  return compiled.get(hash);
}

parentPort.on('message', ({ id, hash, schema, values }) => {
  const validate = validatorOf(hash, schema);
  const isGood = !validate || validate(JSON.parse(values));
  const faults = isGood ? [] : validate.errors.slice(0, 50);
  parentPort.postMessage({
    id,
    faults: faults.map(({ instancePath, keyword, params, message }) => ({ instancePath, keyword, params, message })),
  });
});
parentPort.postMessage('ready');
`;
