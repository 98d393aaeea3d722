/** Where every operation of the API lies. */
export const apiPrefix = '/api/v1';
