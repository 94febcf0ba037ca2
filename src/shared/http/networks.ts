import { BlockList, isIP } from 'node:net';

/** Whether it is an address, or a network in CIDR notation such as `10.0.0.0/8`. */
export function isNetwork(entry: string): boolean {
  const [address = '', bits, more] = entry.split('/');
  // Whatever stands behind a zone's `%` would be taken for an address.
  const family = entry.includes('%') ? 0 : isIP(address);
  if (family === 0 || more !== undefined) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Addresses and networks in CIDR notation. */
export class Networks {
  private readonly list = new BlockList();
  readonly isEmpty: boolean;

  constructor(entries: readonly string[]) {
    this.isEmpty = entries.length === 0;
    for (const entry of entries) this.add(entry);
  }

  includes(address: string): boolean {
    if (this.isEmpty) return false;
    const family = isIP(address);
    return family !== 0 && this.list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }

  private add(entry: string): void {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) this.list.addAddress(address, family);
    else this.list.addSubnet(address, Number(bits), family);
  }
}
