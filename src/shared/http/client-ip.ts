import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { Networks } from './networks.js';

/** Addresses whose `X-Forwarded-*` headers are believed. */
export class TrustedProxies {
  private readonly networks: Networks;

  constructor(cidrs: readonly string[]) {
    this.networks = new Networks(cidrs);
  }

  trusts(address: string): boolean {
    return this.networks.includes(address);
  }

  /** The client's address: the last forwarded hop that is not a trusted proxy, or the peer itself. */
  clientIp(request: IncomingMessage): string {
    let address = plain(request.socket.remoteAddress ?? '');
    if (!this.trusts(address)) return address;
    const header = request.headers['x-forwarded-for'];
    const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((hop) => plain(hop.trim()));
    while (this.trusts(address)) {
      const hop = hops.pop();
      if (!hop || isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  }
}

function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
