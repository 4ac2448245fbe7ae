/** A module that cannot be imported. */
throw new SyntaxError("no recipe today");
