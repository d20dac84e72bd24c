import type { Files } from "@mlops-actions/testkit";
import { census } from "../release/census.ts";

const FOLDERS = { adult: "models/adult", census: "models/census" };

/** Two models in one repository, which share nothing. */
export function two(): Files {
  return Object.fromEntries(
    Object.entries(FOLDERS).flatMap(([model, folder]) =>
      Object.entries(
        census({ "requirements.txt": "# none\n" }, { "model: census\n": `model: ${model}\n` }),
      ).map(([path, content]) => [`${folder}/${path}`, content]),
    ),
  );
}
