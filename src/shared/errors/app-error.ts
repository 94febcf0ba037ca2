/** One sentence per field name, in the reader's words. */
export type FieldErrors = Record<string, string>;

/** What a person or a JSON client is told: a word for programs, a status, and a sentence that says what to do next. */
export class AppError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly fields?: FieldErrors,
  ) {
    super(message);
  }
}

export class Unauthorized extends AppError {
  constructor(message = 'Sign in first.') {
    super('unauthorized', 401, message);
  }
}

export class Forbidden extends AppError {
  constructor(message: string) {
    super('forbidden', 403, message);
  }
}

/** Also the answer for what exists but must not be known to the asker. */
export class NotFound extends AppError {
  constructor(what = 'page') {
    super('not_found', 404, `There is no such ${what}, or you may not see it.`);
  }
}

export class Conflict extends AppError {
  constructor(message: string, fields?: FieldErrors) {
    super('conflict', 409, message, fields);
  }
}

export class Invalid extends AppError {
  constructor(fields: FieldErrors, message = Object.values(fields)[0] ?? 'The input is not valid.') {
    super('invalid', 422, message, fields);
  }
}
