export const MARK: string;
export function payload(shape: 'string' | 'rows', bytes: number): Buffer;
export function sha256(bytes: Buffer): string;
