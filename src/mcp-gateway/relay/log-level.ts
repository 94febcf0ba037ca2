import { LOG_LEVELS } from '../sessions/log-levels.js';
import type { Session } from '../sessions/session.js';
import type { Exchange } from './exchange.js';
import { invalidParams } from './failure.js';
import { stringParam } from './params.js';

/**
 * The level of all servers of a unified endpoint: those that the session has links to hear it now, the others when it
 * first calls them.
 * @throws ProtocolError
 */
export function setLogLevel(exchange: Exchange, session: Session): void {
  const { value: level } = stringParam(exchange, 'level');
  if (!LOG_LEVELS.includes(level)) throw invalidParams(`the level must be one of ${LOG_LEVELS.join(', ')}`);
  session.logLevel = level;
  session.exclusive = true;
  for (const { link } of session.ownLinks.values()) {
    if (link?.handshake.capabilities.logging) link.ask('logging/setLevel', { level }).catch(() => undefined);
  }
}
