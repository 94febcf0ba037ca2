import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'public';

/** Open to everybody, signed in or not. Every other route asks for a session. */
export const Public = () => SetMetadata(PUBLIC, true);
