export { Answers } from './answers.js';
export { ErrorView } from './error.view.js';
export { serveOpenApi } from './serve.js';
export {
  anyObject,
  anything,
  either,
  flag,
  id,
  integer,
  list,
  named,
  nullable,
  number,
  object,
  type Of,
  oneOf,
  listOf,
  record,
  type Schema,
  text,
  time,
} from './shape.js';
