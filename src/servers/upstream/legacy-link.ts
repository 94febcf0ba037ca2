import { notification, readFrame, request } from '../../shared/jsonrpc/index.js';
import { OURSELVES, readHandshake } from './handshake.js';
import type { LegacyLink } from './link.js';
import { patienceFor } from './greeting-patience.js';
import { McpLink } from './mcp-link.js';
import type { StatefulWire } from './wire.js';

/** A link of the stateful MCP revisions (2024-11-05 … 2025-11-25): one `initialize`, then messages. */
export class StatefulLink extends McpLink<StatefulWire> implements LegacyLink {
  readonly era = 'legacy';
  protected readonly greeting = 'initialize';

  protected async greet(): Promise<void> {
    const { wire, opener = OURSELVES } = this.parts;
    const { protocolVersion, capabilities, clientInfo } = opener;
    const message = request(0, this.greeting, { protocolVersion, capabilities, clientInfo });
    const timeoutMs = patienceFor(this.target);
    this.agreed = readHandshake(await this.call(readFrame(message), { timeoutMs }));
    await wire.initialized(this.agreed.protocolVersion, notification('notifications/initialized'));
  }
}
