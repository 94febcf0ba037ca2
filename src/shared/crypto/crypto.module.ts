import { Global, Module } from '@nestjs/common';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG } from '../config/index.js';
import { Setting } from '../database/index.js';
import { Sealer } from './sealer.js';
import { openSecrets, Secrets } from './secrets.js';

/** Makes `Secrets` and the `Sealer` injectable; refuses to start with another key than the data were sealed with. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Setting])],
  providers: [
    { provide: Secrets, useFactory: openSecrets, inject: [CONFIG, getRepositoryToken(Setting)] },
    { provide: Sealer, useFactory: (secrets: Secrets) => new Sealer(secrets.sealingKey), inject: [Secrets] },
  ],
  exports: [Secrets, Sealer],
})
export class CryptoModule {}
