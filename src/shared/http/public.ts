import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';

export const PUBLIC = 'public';

/** Open to everybody, signed in or not. Every other route asks for a session. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiSecurity({}));
