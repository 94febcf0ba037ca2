import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { MEANINGS } from './meanings.js';
import type { Shape } from './shape.js';

interface Options {
  /** Of success; 200 unless given, 204 for null. */
  readonly status?: number;
  /** Further statuses of success with the same body. */
  readonly also?: readonly number[];
  /** When else it fails, besides what the document says of every route. */
  readonly errors?: Readonly<Record<number, string>>;
}

/** What JSON clients get from the handler, for the API's document; null: nothing. */
export const Answers = (shape: Shape<unknown> | null, options: Options = {}) => {
  const { status = shape ? 200 : 204, also = [], errors = {} } = options;
  const schema = shape?.schema;
  return applyDecorators(
    HttpCode(status),
    ...[status, ...also].map((one) => ApiResponse({ status: one, description: MEANINGS[one], schema })),
    ...Object.entries(errors).map(([one, description]) => ApiResponse({ status: Number(one), description })),
  );
};
