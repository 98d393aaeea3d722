import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { APPLIANCE, TenantDatabase } from '#database';
import { type AnswerOf, currentContext, HoldfastError, type InputOf } from '#kernel';
import { type Appliance, declaredOnly, type JsonSchema, manifestJsonSchema } from '#manifest';
import { asEdit, diffAnswer, generationAnswer, mistakeAnswers } from './config-answers.ts';
import { ConfigThread, type WorkInput } from './config-thread.adapter.ts';
import { sha256Of } from './domain/generation-record.ts';
import { writeInventory } from './domain/inventory.ts';
import { findValueChanges } from './domain/value-changes.ts';
import type { Change } from './generation-log.ts';
import type * as contract from './http/config.contract.ts';
import type { Changed } from './manifest-changes.ts';
import { mistakesOf, previewEdit } from './manifest-edit.ts';
import { checkText, type ManifestPlace, placeOf, readManifestText, whyNotWritable } from './manifest-place.adapter.ts';

type Why = InputOf<typeof contract.adoptConfig>['body'];
type ChangeAnswer = AnswerOf<typeof contract.setConfig>;
type ChangeName = 'edit' | 'restore' | 'adopt';

const deeds = { edit: 'config.changed', restore: 'config.restored', adopt: 'config.adopted' } as const;

/** Ends the transaction of a change that changed nothing, so that nothing is said to have been done. */
class Unchanged extends Error {
  readonly changed: Changed;

  constructor(changed: Changed) {
    super('Nothing differs.');
    this.changed = changed;
  }
}

/** The manifest and its generations, for people who look at it and change it over HTTP. */
@Injectable()
export class ConfigService {
  private readonly place: ManifestPlace;
  private readonly thread: ConfigThread;
  /** What the manifest said when this process started: what is in force. */
  private readonly inForce: string | undefined;

  constructor(
    @Inject(APPLIANCE) appliance: Appliance,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {
    this.place = placeOf(appliance);
    this.thread = new ConfigThread(this.place);
    this.inForce = this.resolvedNow();
  }

  async describe(): Promise<AnswerOf<typeof contract.getConfig>> {
    requireAccess('config.read');
    const { drift, newest } = await this.thread.ask('overview', undefined);
    const text = readManifestText(this.place);
    const mistakes = text === undefined ? [] : mistakesOf(this.place, text);
    const checked = text === undefined || mistakes.length > 0 ? undefined : checkText(this.place, text);
    const reason = whyNotWritable(this.place);
    return {
      file: this.place.file,
      text: text ?? null,
      sha256: text === undefined ? null : sha256Of(text),
      profile: checked?.manifest.profile ?? null,
      resolved: checked?.manifest ?? null,
      declaredOnly: [...declaredOnly],
      mistakes: mistakeAnswers(mistakes, this.place.file),
      newest: newest ? generationAnswer(newest) : null,
      drift: { ...diffAnswer(drift), state: drift.state, changedAt: drift.changedAt ?? null, owner: drift.owner ?? null },
      awaitingStart:
        checked && this.inForce !== undefined ? findValueChanges(JSON.parse(this.inForce), JSON.parse(checked.resolved)) : [],
      canWrite: { possible: reason === undefined, reason: reason ?? null },
    };
  }

  schema(): JsonSchema {
    requireAccess('config.read');
    return manifestJsonSchema();
  }

  /** Throws CURSOR_INVALID. */
  async list({
    cursor,
    limit,
  }: InputOf<typeof contract.listConfigGenerations>['query']): Promise<AnswerOf<typeof contract.listConfigGenerations>> {
    requireAccess('config.read');
    if (cursor !== undefined && !/^[1-9]\d{0,8}$/.test(cursor))
      throw new HoldfastError('CURSOR_INVALID', {
        kind: 'invalid',
        message: `${cursor} is no cursor of this list.`,
        action: 'Start again without a cursor.',
      });
    const all = (await this.thread.ask('list', undefined)).reverse();
    const older = cursor === undefined ? all : all.filter(({ number }) => number < Number(cursor));
    const items = older.slice(0, limit).map(generationAnswer);
    return { items, nextCursor: older.length > limit ? String(items.at(-1)?.number) : null };
  }

  /** Throws GENERATION_NOT_FOUND. */
  async read(number: number): Promise<AnswerOf<typeof contract.getConfigGeneration>> {
    requireAccess('config.read');
    const generation = await this.thread.ask('read', { number });
    return { ...generationAnswer(generation), text: generation.file };
  }

  /** Throws GENERATION_NOT_FOUND. */
  async diff(number: number, against: number | undefined): Promise<AnswerOf<typeof contract.diffConfigGeneration>> {
    requireAccess('config.read');
    const { from, to, ...rest } = await this.thread.ask('diff', { number, against });
    return { ...diffAnswer(rest), from: generationAnswer(from), to: generationAnswer(to) };
  }

  async blame(): Promise<AnswerOf<typeof contract.blameConfig>> {
    requireAccess('config.read');
    const { lines, generations } = await this.thread.ask('blame', undefined);
    return { lines, generations: generations.map(generationAnswer) };
  }

  /** Throws MANIFEST_INVALID while the file describes no appliance. */
  async inventory(): Promise<AnswerOf<typeof contract.getConfigInventory>> {
    requireAccess('config.read');
    const host = hostname();
    const { text, manifest, sha256 } = checkText(this.place, readManifestText(this.place) ?? '');
    const { newest } = await this.thread.ask('overview', undefined);
    const generation = newest?.fileSha256 === sha256 ? newest : undefined;
    return { host, inventory: writeInventory({ host, manifest, text, generation }) };
  }

  /** Throws CONFIG_EDIT_INVALID, CONFIG_KEY_UNKNOWN. */
  check(body: InputOf<typeof contract.checkConfig>['body']): AnswerOf<typeof contract.checkConfig> {
    requireAccess('config.read');
    const { text, mistakes, ...rest } = previewEdit(this.place, asEdit(body));
    return { text, mistakes: mistakeAnswers(mistakes, this.place.file), ...diffAnswer(rest) };
  }

  /** Throws CONFIG_GENERATION_STALE, CONFIG_DRIFTED, CONFIG_FILE_UNWRITABLE, MANIFEST_INVALID and others; nothing has changed then. */
  set(body: InputOf<typeof contract.setConfig>['body']): Promise<ChangeAnswer> {
    requireAccess('config.change');
    const edit = asEdit(body);
    return this.change(
      'edit',
      { edit, change: changeOf(body) },
      { keys: previewEdit(this.place, edit).changes.map(({ key }) => key) },
    );
  }

  /** Throws GENERATION_NOT_FOUND, and as `set`. */
  restore({ generation, ...why }: InputOf<typeof contract.restoreConfig>['body']): Promise<ChangeAnswer> {
    requireAccess('config.change');
    return this.change('restore', { number: generation, change: changeOf(why) }, { restored: generation ?? 'the newest' });
  }

  /** Throws as `set`. */
  adopt(why: Why): Promise<ChangeAnswer> {
    requireAccess('config.change');
    return this.change('adopt', { change: changeOf(why) }, {});
  }

  /** The audit's row first: what cannot be recorded does not happen. It goes again where the change fails, or changes nothing. */
  private async change<Name extends ChangeName>(name: Name, input: WorkInput<Name>, detail: object): Promise<ChangeAnswer> {
    const { reason, base } = input.change;
    try {
      const changed = await this.database.run(async (sql) => {
        const target = { kind: 'configuration', id: this.place.file };
        await this.audit.record(sql, { action: deeds[name], target, detail: { reason, after: base ?? null, ...detail } });
        const done = await this.thread.ask(name, input);
        if (done.generation === undefined) throw new Unchanged(done);
        return done;
      });
      return changeAnswer(changed);
    } catch (error) {
      if (error instanceof Unchanged) return changeAnswer(error.changed);
      throw error;
    }
  }

  private resolvedNow(): string | undefined {
    try {
      return checkText(this.place, readManifestText(this.place) ?? '').resolved;
    } catch {
      return undefined;
    }
  }
}

function changeOf({ reason, baseGeneration, baseSha256 }: Why): Change {
  const { label } = currentContext().actor;
  return { author: label, reason, base: baseGeneration, ...(baseSha256 === undefined ? {} : { baseSha256 }) };
}

function changeAnswer({ generation, changes }: Changed): ChangeAnswer {
  return { generation: generation ?? null, changes };
}
