import { Inject, Module } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { KeysModule, TableKeyHolder, WrappedKeyHolders } from '#keys';
import { AssetTexts } from './asset-texts.ts';
import { SealedTextRepository } from './sealed-text.repository.ts';

/** What is read and said in assets, for every process that reads or writes it, or looks after keys. */
@Module({ imports: [KeysModule], providers: [AssetTexts, SealedTextRepository], exports: [AssetTexts, SealedTextRepository] })
export class TextModule {
  constructor(@Inject(WrappedKeyHolders) holders: WrappedKeyHolders, @Inject(TenantDatabase) tenant: TenantDatabase) {
    holders.register(new TableKeyHolder(tenant, 'sealed_text'));
  }
}
