/** Stands in for the endpoint client in the edition for the edge alone: there is none, and whoever asks another machine is told so. */
export const createEndpointClient = (_parts: unknown): null => null
