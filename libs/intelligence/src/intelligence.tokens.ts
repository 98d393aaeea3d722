/** Injection token of the folder that holds the imported models, absolute. */
export const MODELS_FOLDER = Symbol('MODELS_FOLDER');
