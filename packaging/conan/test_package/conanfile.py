# SPDX-License-Identifier: MIT
"""A small training by the package just made, with every component that it was made with."""
import os

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout


class ContrastiveTest(ConanFile):
    settings = "os", "arch", "compiler", "build_type"
    test_type = "explicit"

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        toolchain.user_presets_path = False    # writes nothing beside the sources
        options = self.dependencies["contrastive"].options
        chosen = [name for name in ("cpu", "opencl", "thrust", "xtensor") if options.get_safe(name)]
        toolchain.cache_variables["COMPONENTS"] = ";".join(["core", *chosen])
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        if can_run(self):
            self.run(os.path.join(self.cpp.build.bindir, "training"), env="conanrun")
