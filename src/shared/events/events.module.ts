import { Global, Module } from '@nestjs/common';
import { Changes } from './changes.js';
import { Events } from './events.js';

@Global()
@Module({ providers: [Events, Changes], exports: [Events, Changes] })
export class EventsModule {}
