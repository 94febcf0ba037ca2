import { BlockList, isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

/** Addresses whose `X-Forwarded-*` headers are believed. */
export class TrustedProxies {
  private readonly networks = new BlockList();
  private readonly trustsNobody: boolean;

  constructor(cidrs: readonly string[]) {
    this.trustsNobody = cidrs.length === 0;
    for (const cidr of cidrs) {
      const [address = '', bits = ''] = cidr.split('/');
      this.networks.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    }
  }

  trusts(address: string): boolean {
    if (this.trustsNobody) return false;
    const family = isIP(address);
    return family !== 0 && this.networks.check(address, family === 6 ? 'ipv6' : 'ipv4');
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
