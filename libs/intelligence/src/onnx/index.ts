export * from './graph-builder.ts';
export { type ElementType, encodeModel, type OnnxGraph } from './onnx-model.ts';
