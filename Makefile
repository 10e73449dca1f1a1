# make run: set up and score the sample quarter.  make test: set up and pass the whole suite.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := sample_data/q2-2023.xlsx
RESULTS := sample_data/q2-2023-results.xlsx

.PHONY: run test cover test-corpus test-crash test-fuzz test-lowest test-highest lint bench samples docs pictures site dist windows-kit sbom clean

run: $(VENV)/.installed
	$(BIN)/chainscore score $(SAMPLE) -o $(RESULTS) --force

test: $(VENV)/.developing
	$(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

# The whole suite again, and which lines and branches it runs; measuring takes longer than the tests.
cover: $(VENV)/.developing
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term --cov-fail-under=95 $(TESTS)

# kill -9 at 200 random moments of score and template.
test-crash: $(VENV)/.developing
	$(BIN)/python tests/support/crash.py 200

# Every file of the corpus of strange spreadsheets, where it lies beside this repository.
test-corpus: $(VENV)/.developing
	CHAINSCORE_WHOLE_CORPUS=1 $(BIN)/python -m pytest -n auto --dist load tests/intake/test_corpus.py

# 20,000 mutants of a sound workbook, and examples that are new each time: those of the suite are the same every time.
test-fuzz: $(VENV)/.developing
	CHAINSCORE_MUTANTS=20000 $(BIN)/python -m pytest -n auto --dist load --hypothesis-profile=default tests/intake/test_fuzz.py

# The suite at the lowest and at the highest versions that pyproject.toml allows, each in an environment of its own.
test-lowest: RESOLUTION := lowest-direct
test-highest: RESOLUTION := highest
test-lowest test-highest:
	$(PYTHON) -m venv --clear $(VENV)-$(RESOLUTION)
	$(VENV)-$(RESOLUTION)/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(VENV)-$(RESOLUTION)/bin/uv pip install --quiet --python $(VENV)-$(RESOLUTION)/bin/python --resolution $(RESOLUTION) -e ".[dev]"
	$(VENV)-$(RESOLUTION)/bin/python -m pytest -n auto --dist worksteal $(TESTS)

lint: $(VENV)/.developing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.developing
	$(BIN)/python benchmarks/run.py

# The committed workbooks, built again from the rulebook and sample_data/*.toml.
samples: $(VENV)/.developing
	$(BIN)/python sample_data/build.py

# docs/findings.md, written again from the finding catalogue.
docs: $(VENV)/.developing
	$(BIN)/python docs/build.py

# docs/pictures and the mark of drafts, printed by LibreOffice.
pictures: $(VENV)/.developing
	$(BIN)/python docs/pictures.py

# The pages as a web site that opens from a folder, without any connection: build/site/index.html.
site: $(VENV)/.publishing
	$(BIN)/python docs/site.py

# The source archive and the wheel, in dist/.
dist: $(VENV)/.publishing
	rm -rf dist
	$(BIN)/python -m build

# For an office without internet, on Windows: one archive of wheels, batch files and a page, in dist/.
windows-kit: $(VENV)/.publishing
	$(BIN)/python docs/windows/kit.py

# What an installation consists of, as a CycloneDX bill of materials, in dist/.
sbom: $(VENV)/.publishing
	rm -rf build/installed
	$(PYTHON) -m venv build/installed
	build/installed/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt .
	mkdir -p dist
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible \
	  --output-format JSON --output-file dist/chainscore.cdx.json build/installed/bin/python

clean:
	rm -rf $(VENV) $(VENV)-lowest-direct $(VENV)-highest build dist $(RESULTS) .pytest_cache .mypy_cache .ruff_cache .coverage

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -m compileall -q chainscore
	touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

$(VENV)/.publishing: $(VENV)/.developing
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[docs,release]"
	touch $@
