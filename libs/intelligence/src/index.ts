// The door never leads to ONNX Runtime or Transformers.js: only model processes load them.
export { buildVisualDescriptor } from './descriptor/visual-descriptor.graph.ts';
export { descriptorSha256, writeVisualDescriptor } from './descriptor/write-visual-descriptor.ts';
export type { Capability } from './domain/capability.ts';
export {
  embeddingSpaceName,
  type ModelManifest,
  type ModelTask,
  modelManifestSchema,
  modelTasks,
  parseModelManifest,
} from './domain/model-manifest.schema.ts';
export { type AffectedWork, affectedSteps, modelRole } from './domain/model-role.ts';
export { type TensorSpec as ModelTensorSpec, tensorSpecOf, tensorSpecs } from './domain/tensor-spec.ts';
export { type Embeddings, InferenceHost, type InferenceSettings, type TextLane } from './host/inference-host.ts';
export type { RunnableModel } from './host/model-process.ts';
export * from './http/model.contract.ts';
export * from './intelligence.module.ts';
export * from './intelligence-http.module.ts';
export * from './intelligence-jobs.module.ts';
export { MeaningService, type MeaningVector } from './meaning.service.ts';
export { ModelService, type ModelSwitch } from './model.service.ts';
export type { ModelCatalogue, ModelRecord } from './model-catalogue.ts';
export { ModelRegistry } from './model-registry.ts';
export { type OcrOptions, OcrService } from './ocr/ocr.service.ts';
export type { Box, RecognisedLine, RecognisedText, RecognisedWord } from './ocr/recognised-text.ts';
export { SpeechService } from './speech/speech.service.ts';
export type { SpokenSegment, SpokenWord, TranscribeOptions, Transcript } from './speech/transcript.ts';
