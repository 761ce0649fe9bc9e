#!/usr/bin/env node
// The command. A committed file, so that npm links `tersor` at install time, before the first build has made dist.
import "../dist/bin.js";
