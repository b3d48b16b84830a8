import sys

from banyan.cli import main

sys.exit(main())
