import express, { type RequestHandler } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors/index.js';

/** Deeper values break the serialisers and validators that meet them later (Security finding 5). */
export const MAX_DEPTH = 64;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** How deep the arrays and objects of a JSON text nest; brackets inside strings do not count. */
export function jsonDepth(text: Buffer): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number;
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (OPENING.has(byte)) deepest = Math.max(deepest, ++depth);
    else if (CLOSING.has(byte)) depth--;
  }
  return deepest;
}

/** JSON between systems is UTF-8 (RFC 8259 §8.1); of other encodings the brackets could not be counted. */
function refuseDeep(_request: IncomingMessage, _response: ServerResponse, body: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') throw new AppError('unsupported_media_type', 415, 'Send the JSON in UTF-8.');
  if (jsonDepth(body) > MAX_DEPTH) {
    throw new AppError('too_deep', 400, `The body nests deeper than ${MAX_DEPTH} levels: send something flatter.`);
  }
}

/** Reads JSON and form bodies of at most `limit`, uncompressed: a stranger's kilobyte must not become a megabyte here. */
export function readBody(limit: string): RequestHandler[] {
  const options = { limit, inflate: false };
  return [express.json({ ...options, verify: refuseDeep }), express.urlencoded({ ...options, extended: true })];
}
