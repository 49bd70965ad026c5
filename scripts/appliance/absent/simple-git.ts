/** Stands in for the git client of the inference library, in every appliance: no source is ever cloned or built. It refuses when it is called. */
export function simpleGit(): never {
  throw new Error('git.left_out: this appliance builds nothing. It runs the builds of llama.cpp that it was delivered with.')
}
