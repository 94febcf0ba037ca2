import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { Omittable, Switch, Text, Trim } from '../../shared/form-fields.js';
import { CLIENT_KINDS } from './client-kinds.js';

/** Which client is to be connected to which endpoint. */
export class ConnectQuery {
  @ApiPropertyOptional({ enum: CLIENT_KINDS.map(({ id }) => id) })
  @Trim({ empty: 'omitted' })
  @Omittable()
  @Text(1, 50, 'Name one client.')
  client?: string;

  @ApiPropertyOptional({ description: '"unified" or the name of a server.', default: 'unified' })
  @Trim({ empty: 'omitted' })
  @Omittable()
  @Text(1, 100, 'Name one endpoint.')
  endpoint?: string;
}

export class ConnectPageQuery extends ConnectQuery {
  /** Id of the API key whose first request the page waits for. */
  @Trim({ empty: 'omitted' })
  @Omittable()
  @Text(1, 36, 'Name one API key by its id.')
  key?: string;
}

export class ClientConfigQuery extends ConnectQuery {
  @ApiPropertyOptional({ description: 'Answer the file itself.' })
  @Switch()
  @Omittable()
  @IsBoolean({ message: 'Say 1 to download the file.' })
  download?: boolean;
}
