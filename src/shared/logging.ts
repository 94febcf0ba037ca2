import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Config } from './config/index.js';

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
const SHOWN = { error: 2, warn: 3, info: 4, debug: 6 } as const;

/** Nest tells of every route and module at start: a hundred lines that hide the ones that matter. */
const CHATTER = new Set(['InstanceLoader', 'RouterExplorer', 'RoutesResolver', 'NestFactory', 'NestApplication']);

/** One JSON object a line in production, so that nothing a client sends can forge a line; colours elsewhere. */
export class Logging extends ConsoleLogger {
  private readonly everything: boolean;

  constructor({ env, logLevel }: Config) {
    super({ json: env === 'production', logLevels: LEVELS.slice(0, SHOWN[logLevel]) });
    this.everything = logLevel === 'debug';
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (!this.everything && typeof context === 'string' && CHATTER.has(context)) return;
    super.log(message, ...(rest as [string]));
  }
}
