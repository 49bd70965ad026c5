/** Every limit of the door for programs elsewhere. */
export const limits = {
  /** Of one request. */
  headerBytesMax: 16 * 1024,
  headersMs: 10_000,
  bodyBytesMax: 4 * 1024 * 1024,
  /** From the first byte of a request to its last. */
  requestMs: 30_000,
  /** Of connections. */
  connectionsMax: 128,
  requestsPerConnectionMax: 1_000,
  idleMs: 5_000,
  handshakeMs: 10_000,
  /** How often connections are held against their limits. */
  lookEveryMs: 1_000,
  probeMs: 10_000,
  /** What was answered has this long to go out when the door is closed. */
  farewellMs: 300,
  /** A stream begins at the latest after this, though its call may still wait, and is never silent for longer. */
  silenceMs: 5_000,
  /** What a caller who does not read may make this process hold. */
  unsentBytesMax: 1024 * 1024,
  /** Calls that run or wait: of all keys, and of one. */
  callsMax: 16,
  callsPerKeyMax: 4,
  wrongKeysMax: 20,
  wrongKeysMs: 60_000,
  /** Of what may be asked. */
  messagesMax: 512,
  partsMax: 64,
  toolsMax: 32,
  toolCallsMax: 32,
  descriptionCharsMax: 4_096,
  stopMax: 4,
  stopCharsMax: 64,
  textsMax: 256,
  modelCharsMax: 200,
  labelCharsMax: 4_096,
  /** Written where the caller sets no limit, if the context has the room. */
  completionTokensDefault: 4_096,
  /** Of schemas that a caller brings. */
  schemaDepthMax: 12,
  schemaNodesMax: 400,
  schemaNameCharsMax: 64,
  enumMax: 100,
  enumCharsMax: 200,
  itemsMax: 64,
  integerMax: 999_999_999,
  /** Files that an administrator names. */
  certificateBytesMax: 256 * 1024,
} as const

export type Limits = { readonly [K in keyof typeof limits]: number }
