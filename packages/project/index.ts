export { type Affected, affected, affectedProjects } from "./affected.ts";
export { DEFAULT_PRIMARY, type Default, defaults } from "./defaults.ts";
export { loadProject, type ProjectToLoad } from "./load.ts";
export { type ReadProject, readProject, type SectionOf } from "./read-project.ts";
export { fileSchema, jsonSchemaOf, schemaText, sections } from "./schema.ts";
export { projectsOf, type Sibling } from "./siblings.ts";
