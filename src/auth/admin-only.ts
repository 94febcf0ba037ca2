import { SetMetadata } from '@nestjs/common';

export const ADMIN_ONLY = 'admin-only';

/** Only administrators of the instance may; everybody else is told so (403). */
export const AdminOnly = () => SetMetadata(ADMIN_ONLY, true);
