/** What moves write to a tier. */
export interface TierLoad {
  /** Bytes and files that moves in hand will still write there. */
  reservedBytes: number;
  reservedFiles: number;
  /** Bytes that moves have written there in the last 24 hours. */
  writtenTodayBytes: number;
}
