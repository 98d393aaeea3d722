import type { operations } from './schema.d.ts';

type Responses<Operation extends keyof operations> = operations[Operation]['responses'];
type JsonOf<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : never;

/** What an operation answers when it succeeds. */
export type Answer<Operation extends keyof operations> = {
  [Status in Exclude<keyof Responses<Operation>, 'default'>]: JsonOf<Responses<Operation>[Status]>;
}[Exclude<keyof Responses<Operation>, 'default'>];

/** What an operation takes as its JSON body. */
export type Body<Operation extends keyof operations> = operations[Operation] extends {
  requestBody: { content: { 'application/json': infer Content } };
}
  ? Content
  : never;

/** What an operation takes in its query. */
export type Query<Operation extends keyof operations> = NonNullable<operations[Operation]['parameters']['query']>;

export type Session = Answer<'getSession'>;
export type Permission = Session['permissions'][number];
export type Tile = Answer<'listAssets'>['items'][number];
export type Asset = Answer<'getAsset'>;
export type AssetKind = Tile['kind'];
export type AssetState = Tile['state'];
export type AssetTag = Asset['tags'][number];
export type LedgerStep = Asset['ledger'][number];
export type TextSegment = Answer<'getAssetText'>['segments'][number];
export type TimelineMonth = Answer<'getTimeline'>['months'][number];
export type AssetFilter = Query<'getTimeline'>;
export type SearchRequest = Body<'searchAssets'>;
export type SearchAnswer = Answer<'searchAssets'>;
export type SearchHit = SearchAnswer['hits'][number];
export type SearchReason = SearchHit['reasons'][number];
export type SavedSearch = Answer<'listSavedSearches'>['items'][number];
export type Tag = Answer<'listTags'>['items'][number];
export type Collection = Answer<'getCollection'>;
export type QueueState = Answer<'listQueues'>['items'][number];
export type DeadLetter = Answer<'listDeadLetters'>['items'][number];
export type System = Answer<'getSystem'>;
export type Model = Answer<'listModels'>['items'][number];
export type Tiers = Answer<'listTiers'>;
export type Tier = Tiers['items'][number];
export type MovePlan = Answer<'planMoves'>;
export type PlannedMove = MovePlan['moves'][number];
export type PlanTime = MovePlan['when'];
export type MoverRun = Answer<'runMoves'>;
export type ObjectMove = Answer<'listMoves'>['items'][number];
export type MoveFilter = NonNullable<Query<'listMoves'>['state']>;
export type TierForecast = Answer<'forecastTiers'>['items'][number];
export type TierAges = Answer<'listAges'>;
export type TierFlow = Answer<'listFlows'>['items'][number];
export type StorageProblems = Answer<'listStorageProblems'>;
export type Explanation = Answer<'explainObject'>;
export type Placement = Answer<'explainAsset'>;
export type Cores = Answer<'getCores'>;
export type CoreLoad = Answer<'getCoreLoad'>;
export type Workload = Cores['workloads'][number];
export type MachineCore = Cores['topology']['cores'][number];
export type CacheDomain = Cores['topology']['domains'][number];
export type CorePlan = NonNullable<Cores['plan']>;
export type PlanObstacle = NonNullable<Cores['obstacle']>;
export type TrialRequest = Body<'tryCoreBudgets'>;
export type Trial = Answer<'tryCoreBudgets'>;
export type CoreProposal = Answer<'getCoreProposal'>;
export type Memory = Answer<'getMemory'>;
export type MemoryShare = Memory['workloads'][number];
export type ProgramSetting = Memory['settings'][number];
export type Gpu = Answer<'getGpu'>;
export type GpuCard = Gpu['cards'][number];
export type DeclaredGpu = Gpu['declared'][number];
export type RenditionKind = operations['getRendition']['parameters']['path']['kind'];
