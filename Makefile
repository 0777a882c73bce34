# Waybill: `make run` runs the sample night, `make test` runs every test. Both install what they
# need on a fresh Debian 12 with the Swift 6.3 toolchain.

SWIFT ?= swift
BUILD := $(SWIFT) build --explicit-target-dependency-import-check error
PACKAGES := libssh2-1-dev libsqlite3-dev libxml2-dev zlib1g-dev
TEST_PACKAGES := openssh-client openssh-server time

.PHONY: run test check bench fuzz fmt clean setup

run: setup
	$(BUILD) --product waybill
	$(BUILD) --product waybill-sftp
	scripts/sample-night.sh .build/debug/waybill

setup:
	@scripts/setup.sh $(PACKAGES)

test: setup
	@scripts/setup.sh $(TEST_PACKAGES)
	$(BUILD) --build-tests
	$(SWIFT) test --skip-build --disable-xctest

# What CI runs: formatting, then the build with warnings as errors, undeclared imports and the tests.
check:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	$(MAKE) test

# Prints budgets beside measurements, in under three minutes; FULL=1 measures all sizes, RECORD=1
# writes Benchmarks/RESULTS.md as well.
bench: setup
	@scripts/setup.sh $(TEST_PACKAGES)
	$(BUILD) --configuration release --product waybill
	$(BUILD) --configuration release --product waybill-bench
	.build/release/waybill-bench $(if $(FULL),--full) $(if $(RECORD),--record Benchmarks/RESULTS.md)

# Throws bytes at the HL7 reader, validator and acknowledger for SECONDS. What it learns is kept below
# .build, beside the small corpus in Fuzz/; a failure stops it and is written there as well.
SECONDS ?= 1800
FUZZ := .build/fuzz
fuzz: setup
	WAYBILL_FUZZ=1 $(SWIFT) build --configuration release --sanitize fuzzer --scratch-path $(FUZZ) \
		--product waybill-fuzz
	mkdir -p $(FUZZ)/learned
	SWIFT_BACKTRACE=enable=no $(FUZZ)/release/waybill-fuzz -max_total_time=$(SECONDS) -timeout=10 -max_len=4096 -print_final_stats=1 \
		-artifact_prefix=$(FUZZ)/ -dict=Fuzz/hl7v2.dict $(FUZZ)/learned Fuzz/Corpus/hl7v2

fmt:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

clean:
	rm -rf .build var inbox/* outbox/*
