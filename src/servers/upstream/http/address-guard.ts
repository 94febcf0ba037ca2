import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { UpstreamError } from '../upstream-error.js';

/**
 * What is not the public internet (IANA special-purpose registries; of their blocks that are in part reachable, the whole),
 * and what embeds an IPv4 address in IPv6. Mapped addresses (`::ffff:0:0/96`) are compared as the IPv4 address they are.
 */
const NOT_PUBLIC = listOf(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  '::/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001:db8::/32 2002::/16',
  '3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8',
);

interface AllowedNetwork {
  readonly addresses: BlockList;
  readonly port: number | undefined;
}

function listOf(...networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks.join(' ').split(' ')) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

function readAllowed(entry: string): AllowedNetwork {
  const [, address, bits, port] = /^\[?([^\]/]+)\]?\/(\d+)(?::(\d+))?$/.exec(entry) ?? [];
  return { addresses: listOf(`${address}/${bits}`), port: port === undefined ? undefined : Number(port) };
}

/** An IPv4-mapped IPv6 address is its IPv4 address: BlockList compares the two as one. */
function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}

/**
 * Keeps upstream URLs away from networks that are not public, unless the operator allows them (Security S01–S03).
 * Literals are checked as they stand, names when they are resolved, and only checked addresses are dialled.
 */
export class AddressGuard {
  private readonly allowed: readonly AllowedNetwork[];

  constructor(allowedNetworks: readonly string[]) {
    this.allowed = allowedNetworks.map(readAllowed);
  }

  /** @throws UpstreamError `ADDRESS_REFUSED` when the URL's host is an address that may not be reached. */
  checkLiteral(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new UpstreamError('ADDRESS_REFUSED', 'The URL of the server must start with http:// or https://.');
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !this.permits(host, portOf(url))) throw refused(url.host, host);
  }

  /** @throws UpstreamError `ADDRESS_REFUSED`, or `UPSTREAM_UNAVAILABLE` when the name has no address. */
  async check(url: URL): Promise<void> {
    this.checkLiteral(url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) return;
    await new Promise<void>((done, failed) => {
      this.lookupFor(url)(host, { all: true }, (error) => (error ? failed(error) : done()));
    });
  }

  /** For `net.connect`: resolves once and hands on the addresses only when every one of them is permitted. */
  lookupFor(url: URL): LookupFunction {
    const port = portOf(url);
    return (hostname, options, callback) => {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(unknownHost(hostname), []);
        const bad = addresses.find(({ address }) => !this.permits(address, port));
        if (bad) return callback(refused(url.host, bad.address), []);
        const [first] = addresses as [LookupAddress, ...LookupAddress[]];
        return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
      });
    };
  }

  private permits(address: string, port: number): boolean {
    if (!contains(NOT_PUBLIC, address)) return true;
    return this.allowed.some((network) => (network.port ?? port) === port && contains(network.addresses, address));
  }
}

function refused(host: string, address: string): UpstreamError {
  return new UpstreamError(
    'ADDRESS_REFUSED',
    `${host} is not a public address. An administrator can allow its network in UPSTREAM_ALLOWED_NETWORKS.`,
    'no',
    { address },
  );
}

function unknownHost(hostname: string): UpstreamError {
  return new UpstreamError('UPSTREAM_UNAVAILABLE', `The name ${hostname} could not be resolved. Check the URL.`);
}
