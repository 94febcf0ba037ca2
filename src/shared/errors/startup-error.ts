/** Why the process cannot start, as a sentence for the operator; `exitCode` 3: another process uses the same data. */
export class StartupError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 3 = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
