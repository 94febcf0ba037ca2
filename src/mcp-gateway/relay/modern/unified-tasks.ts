import { membersOf, parse, textOf, type Edit, type Frame } from '../../../shared/jsonrpc/index.js';
import type { UnifiedEndpoint } from '../../routing/endpoint.js';
import type { ServerRecord } from '../../routing/sources.js';
import { invalidParams } from '../failure.js';
import type { Forward } from '../forward.js';
import { stringParam } from '../params.js';
import type { Introduced } from '../welcome.js';
import type { ModernExchange } from './modern-exchange.js';

/** The extension for calls that go on after their answer, as capabilities name it (SEP-2663). */
const TASKS = 'io.modelcontextprotocol/tasks';

/** Between the name of a server and its own id of a task; server names do not hold it. */
const SEPARATOR = '__';
const METHODS = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);

/**
 * A request about a task of one of the servers, which its id on the unified endpoint names; `undefined` when it is about
 * something else.
 * @throws ProtocolError -32602
 */
export function forwardTask(exchange: ModernExchange, { servers }: UnifiedEndpoint): Forward | undefined {
  if (!METHODS.has(exchange.method)) return undefined;
  const place = stringParam(exchange, 'taskId');
  const at = place.value.indexOf(SEPARATOR);
  const server = servers.find(({ name }) => name === place.value.slice(0, at));
  if (!server || at === -1) throw invalidParams(`unknown task: ${place.value}`);
  return { server, edits: [{ ...place, text: JSON.stringify(place.value.slice(at + SEPARATOR.length)) }] };
}

/** The gateway routes tasks, whichever servers have them: one that does can be added at any time. */
export function withTasks({ capabilities, ...about }: Introduced): Introduced {
  return { ...about, capabilities: { ...capabilities, extensions: { [TASKS]: {} } } };
}

/** The task's id in an answer about it, with the name of its server. */
export function taskEdits({ method }: ModernExchange, { bytes, kind, outcome }: Frame, { name }: ServerRecord): Edit[] {
  if (kind !== 'result' || !outcome || bytes[outcome.start] !== 0x7b) return [];
  const members = membersOf(bytes, outcome);
  const [span, type] = [members.get('taskId'), members.get('resultType')];
  if (!span || !(METHODS.has(method) || (type && textOf(bytes, type) === '"task"'))) return [];
  const id = parse(textOf(bytes, span));
  return typeof id === 'string' ? [{ ...span, text: JSON.stringify(name + SEPARATOR + id) }] : [];
}
