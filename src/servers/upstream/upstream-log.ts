import { stripVTControlCharacters } from 'node:util';
import type { Events, ServerLogged } from '../../shared/events/index.js';
import type { UpstreamTarget } from './link.js';

/** Shorter values are words such as `true` or port numbers, which would be masked everywhere. */
const SECRET_LENGTH = 8;
const MASK = '••••••';

const LINES_PER_SECOND = 50;
const LINE_LENGTH = 2000;
const TAIL_LINES = 20;

/** Says what happens to one server's links as `server.logged`; secret values of the registration are masked. */
export class UpstreamLog {
  /** The program's last lines on stderr. */
  readonly tail: string[] = [];

  private readonly secrets: readonly string[];
  private second = 0;
  private lines = 0;
  private suppressed = 0;

  constructor(
    private readonly events: Events,
    private readonly target: UpstreamTarget,
  ) {
    const { env = {}, headers = {}, secrets = [] } = target;
    const values = [...Object.values(env), ...Object.values(headers), ...secrets];
    this.secrets = values.flatMap(secretParts).sort((a, b) => b.length - a.length);
  }

  say(
    level: ServerLogged['level'],
    category: ServerLogged['category'],
    message: string,
    details: object | null = null,
  ): void {
    const { projectId, serverId } = this.target;
    const masked = details && this.masked(details);
    const event = { at: new Date(), projectId, serverId, level, category };
    this.events.emit('server.logged', { ...event, message: this.mask(message), details: masked });
  }

  /** A line of the program's stderr: kept as tail, and logged as long as there are not too many. */
  stderr(line: Buffer): void {
    const text = this.clean(line);
    if (text === '') return;
    if (this.tail.push(text) > TAIL_LINES) this.tail.shift();
    this.limited(() => this.say('info', 'stderr', text));
  }

  /** A line on stdout that is no message, as careless servers print them. */
  stray(line: Buffer): void {
    const text = this.clean(line);
    if (text === '') return;
    this.limited(() => this.say('warning', 'error', `The server sent something that is no MCP message: ${text}`));
  }

  mask(text: string): string {
    return this.secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  }

  private masked(details: object): Record<string, unknown> {
    const mask = (_name: string, value: unknown) => (typeof value === 'string' ? this.mask(value) : value);
    return JSON.parse(JSON.stringify(details), mask) as Record<string, unknown>;
  }

  private clean(line: Buffer): string {
    const said = line.toString('utf8', 0, Math.min(line.length, LINE_LENGTH));
    const text = stripVTControlCharacters(said)
      .replace(/\p{Cc}/gu, ' ')
      .trimEnd();
    return this.mask(line.length > LINE_LENGTH ? `${text}…` : text);
  }

  private limited(say: () => void): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.second) {
      if (this.suppressed > 0) this.say('warning', 'stderr', `${this.suppressed} more lines were not logged.`);
      this.second = second;
      this.lines = 0;
      this.suppressed = 0;
    }
    if (++this.lines <= LINES_PER_SECOND) say();
    else this.suppressed++;
  }
}

/** `Bearer abc…` hides the token as well as the whole value. */
function secretParts(value: string): string[] {
  return [value, ...value.split(/\s+/)].filter((part) => part.length >= SECRET_LENGTH);
}
