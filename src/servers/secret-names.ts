const SECRET = /key|token|secret|passw|pwd|passphrase|auth|credential|signature|cookie|bearer|private/i;

/** Whether what stands under this name is likely not for everybody's eyes. */
export function looksSecret(name: string): boolean {
  return SECRET.test(name);
}
