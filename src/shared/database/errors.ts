import { QueryFailedError } from 'typeorm';

interface PostgresError {
  code?: string;
  constraint?: string;
}

/** Codes of PostgreSQL's Appendix A that we decide by. */
export const SqlState = {
  foreignKeyViolation: '23503',
  uniqueViolation: '23505',
  lockNotAvailable: '55P03',
  queryCanceled: '57014',
} as const;

/** The SQLSTATE of what PostgreSQL answered; `undefined` for anything else. */
export function sqlState(error: unknown): string | undefined {
  return postgresError(error)?.code;
}

/** Whether the unique index (or just the one of this name) refused the row. */
export function isUniqueViolation(error: unknown, constraintName?: string): boolean {
  const cause = postgresError(error);
  if (cause?.code !== SqlState.uniqueViolation) return false;
  return constraintName === undefined || cause.constraint === constraintName;
}

function postgresError(error: unknown): PostgresError | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof Error ? (cause as PostgresError) : undefined;
}
