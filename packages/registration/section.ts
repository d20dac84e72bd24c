import { z } from "zod";

/** `register:` in `mlops.yml`. */
export const section = z
  .strictObject({
    bump: z.enum(["auto", "patch", "minor", "major"]).default("auto").meta({
      description:
        "Which part of the version's number is raised. `auto`: patch for the same code and interface, major where inputs, classes or task changed, else minor",
    }),
    predictions: z.boolean().default(true).meta({
      description:
        "Publish the model's answers to the test rows beside it, keys included, so that later models can be compared with them",
    }),
    allow_code_formats: z.boolean().default(false).meta({
      description: "Accept files that run code when they are loaded, such as pickle",
    }),
  })
  .prefault({});
export type Section = z.infer<typeof section>;
